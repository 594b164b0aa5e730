"""Signs that a picture's data are damaged, which decoders pass over: they show something and call it a picture.

What a decoder says is heard (`overheard`); what it does not ask for is asked here: checksums behind deflated data, what
ends a fax page, long runs of zeros where an entropy coder writes none. Data without any checksum (uncompressed pixels,
single bits of a JPEG, a fax or a JPEG 2000 picture) may change without a sign.
"""
