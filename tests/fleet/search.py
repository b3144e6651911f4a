# SPDX-License-Identifier: Apache-2.0
"""A named product looked for among models of one maker, as tests of names say it."""

from leadglass.fleet.naming import Catalogue, Known, Named


def found(maker, product, *models, of="Quillon", spoken=(), **rest):
    """Find a named product among models of one maker; gives model -> (confidence, basis). `spoken`: names of documents."""
    parts = Catalogue(
        (Known(product_id=model, maker=of, model=model) for model in models),
        spoken=[Named(maker=of, product=text) for text in spoken],
    )
    return {
        one.product_id: (one.confidence, one.basis)
        for one in parts.find(Named(maker=maker, product=product, **rest))
    }
