"""How requests go over the network: proxies, certificates, one deadline, and how large an answer may be."""
