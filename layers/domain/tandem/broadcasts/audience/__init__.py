"""Who a broadcast is for: people given one by one, uploaded lists, segments."""
