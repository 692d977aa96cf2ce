"""Pictures, tables and a page of the maze world.

drawing       a maze with ways through it, as SVG or PNG
strip         a lifetime of mazes side by side, which a page plays and paper shows whole
gif           the same as an animation in one file

Pictures are made of shapes (`shapes`), which are written as SVG or painted (`raster`): both show the same.
"""
