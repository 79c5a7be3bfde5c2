"""Results side by side, why they differ, and newer tables over HTTP."""
