"""How a budget is shared out over sources and clusters, within quotas."""
