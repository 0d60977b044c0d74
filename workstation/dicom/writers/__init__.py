"""Writers: model objects in, DICOM files out. No Dataset leaves this room."""
