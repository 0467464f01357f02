package account

import "slices"

// Kind is a level of the tree of owners. It says where an account can stand; what
// its people may do is said by their roles alone.
type Kind string

// The kinds, from the top.
const (
	KindAdmin    Kind = "admin"
	KindSupport  Kind = "support"
	KindReseller Kind = "reseller"
	KindCustomer Kind = "customer"
)

// below lists what can stand directly under an account of the kind. What is not
// a key of it owns nothing; what is in no list stands at the top.
var below = map[Kind][]Kind{
	"":           {KindAdmin},
	KindAdmin:    {KindSupport, KindReseller, KindCustomer},
	KindReseller: {KindReseller, KindCustomer},
}

// Owns reports whether an account of the kind can own one of the other; the empty
// kind is the top, above all accounts.
func (k Kind) Owns(other Kind) bool { return slices.Contains(below[k], other) }

// Valid reports whether there is such a kind.
func (k Kind) Valid() bool {
	for _, kinds := range below {
		if slices.Contains(kinds, k) {
			return true
		}
	}
	return false
}

// Staff reports whether people of an account of the kind work for the provider:
// theirs are the stricter rules for passwords and second factors.
func (k Kind) Staff() bool { return k == KindAdmin || k == KindSupport }
