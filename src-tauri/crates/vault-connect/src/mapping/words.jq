def empty: {}[] as $x | .;
def null: [][0];
def true: 0 == 0;
def false: 0 != 0;
def not: if . then false else true end;
def select(f): if f then . else empty end;
def map(f): [.[] | f];
def text: if type == "string" then . else null end;
def need: if . == null then refuse else . end;
