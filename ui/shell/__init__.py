"""What all pages share: session, header, cards, lists."""
