"""A referral reward that becomes an offer in Hero Wars: GrowSurf tells a bridge, and the bridge tells UserWise."""
