"""The register in the browser: one module per family of pages, each view a few beats long."""
