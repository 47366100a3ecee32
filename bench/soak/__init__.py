"""The soak: hundreds of uploads by all clients in bad weather, and then a look at everything that is left."""
