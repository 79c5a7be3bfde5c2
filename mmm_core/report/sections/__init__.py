"""Which sentences, charts and tables has each section? One function a section, of what the report is made of."""
