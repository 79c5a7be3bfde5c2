"""May this request be answered? Guards that stand before the API, one subject each."""
