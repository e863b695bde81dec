"""What a stack costs while nobody does anything, from its template and a dated table of prices."""
