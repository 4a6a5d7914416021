"""A business as it is, told by Meta in every way there is, and what must be true in the end.

The rules (`conversing`, `importing`, `knowing`, `oddities`) are drawn one after the other; each
changes the `Business` and adds what Meta says of it. `delivery` turns that into webhooks, `truth`
compares what came of them with the business.
"""
