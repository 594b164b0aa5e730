"""The options of libsane's backends, as their sources name them (sane-backends 1.2.1, sane-airscan 0.99.27)."""

AREA = {"tl-x", "tl-y", "br-x", "br-y"}
COMMON = {"mode", "resolution", "source", "brightness", "contrast"} | AREA

BACKENDS: dict[str, set[str]] = {
    "fujitsu": COMMON
    | {"page-width", "page-height", "df-action", "df-skew", "df-thickness", "df-length", "df-diff", "df-recovery"}
    | {"buffermode", "prepick", "overscan", "paper-protect", "bgcolor", "dropoutcolor", "duplexoffset", "lowmemory"}
    | {"hwdeskewcrop", "swdeskew", "swdespeck", "swcrop", "swskip", "halt-on-cancel", "compression"}
    | {"endorser", "endorser-bits", "endorser-val", "endorser-step", "endorser-string", "endorser-side"}
    | {"page-loaded", "cover-open", "double-feed", "error-code", "skew-angle"},
    "canon_dr": COMMON
    | {"page-width", "page-height", "df-length", "df-thickness", "rollerdeskew", "swdeskew", "swdespeck", "swcrop"}
    | {"swskip", "stapledetect", "dropout-front", "dropout-back", "buffermode", "hwcrop", "compression"}
    | {"pre-imprint-string", "post-imprint-string", "counter", "roller-counter", "total-counter", "adf-loaded"},
    "epsonds": COMMON | {"depth", "eject", "load", "adf-skew", "adf-crp"},
    "kodakaio": COMMON | {"depth", "threshold", "adf-mode", "adf-padding"},
    "avision": COMMON | {"speed", "overscan-top", "overscan-bottom", "paper-length", "flip-page", "quality-scan"},
    "genesys": COMMON | {"depth", "custom-gamma", "color-filter", "lamp-off-time", "expiration-time"},
    "airscan": COMMON | {"shadow", "highlight", "analog-gamma", "negative"},
    "escl": COMMON | {"preview", "sharpen", "threshold"},
    "kds_i2000": COMMON | {"duplex", "blankimagemode", "blankimagecontent"},
    "test": COMMON | {"depth", "hand-scanner", "three-pass", "test-picture", "read-delay", "ppl-loss"},
    "pnm": {"filename", "resolution", "brightness", "contrast", "gray", "three-pass"},
}
SOURCES: dict[str, set[str]] = {
    "fujitsu": {"Flatbed", "ADF Front", "ADF Back", "ADF Duplex", "Card Front", "Card Back", "Card Duplex"},
    "canon_dr": {"Flatbed", "ADF Front", "ADF Back", "ADF Duplex", "Card Front", "Card Back", "Card Duplex"},
    "epsonds": {"Flatbed", "ADF Front", "ADF Duplex"},
    "kodakaio": {"Flatbed", "Automatic Document Feeder"},
    "avision": {"Normal", "Transparency", "ADF Front", "ADF Back", "ADF Duplex"},
    "genesys": {"Flatbed", "Transparency Adapter", "Transparency Adapter Infrared"},
    "airscan": {"Flatbed", "ADF", "ADF Duplex"},
    "escl": {"Flatbed", "ADF", "ADF Duplex"},
    "test": {"Flatbed", "Automatic Document Feeder"},
}
