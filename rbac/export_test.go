package rbac

// NewFrom returns an enforcer whose built-in policy is the lines, so that tests can take
// one away, or add what no custom line may say.
func NewFrom(builtin []Line, source Source) (*Enforcer, error) { return newEnforcer(builtin, source) }

// Builtin returns the lines of policy.csv.
func Builtin() []Line {
	lines, err := parse(policyCSV)
	if err != nil {
		panic(err)
	}
	return lines
}

// Forget makes the next decision a miss.
func (e *Enforcer) Forget() {
	s := e.current.Load()
	forget(&s.memo)
	forget(&s.visits)
}

func forget[Q comparable](m *memo[Q]) {
	for i := range m.slots {
		m.slots[i].Store(nil)
	}
	m.kept.Store(0)
}

// Kept returns how many answers are remembered: of single questions, and of visitors'.
func (e *Enforcer) Kept() (single, visitors int) {
	s := e.current.Load()
	return count(&s.memo), count(&s.visits)
}

func count[Q comparable](m *memo[Q]) (n int) {
	for i := range m.slots {
		for next := m.slots[i].Load(); next != nil; next = next.next {
			n++
		}
	}
	return n
}

// MemoLimit is how many may be.
const MemoLimit = memoLimit
