"""From a page to its words: text layer and words in one Tesseract run."""
