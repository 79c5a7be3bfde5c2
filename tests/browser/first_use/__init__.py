"""What a newcomer does first: tiles, a file that is dropped, sliders on a phone."""
