"""`python -m infra.local.demo.saturday`."""

from infra.local.demo.saturday.play import main

main()
