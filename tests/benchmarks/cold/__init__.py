"""`make benchmark-cold`: what a cold start costs on Lambda, beside an older build."""
