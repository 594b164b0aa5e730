"""The text mask: which pixels are ink."""
