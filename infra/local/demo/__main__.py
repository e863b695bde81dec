"""`python -m infra.local.demo`."""

from infra.local.demo.play import main

main()
