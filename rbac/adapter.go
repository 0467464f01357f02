package rbac

import (
	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

// adapter hands lines to Casbin. They are read before Casbin is made, because Casbin
// takes one kind of reading error for an empty policy; and they are only read.
type adapter struct{ lines []Line }

// LoadPolicy adds the lines to the model.
func (a adapter) LoadPolicy(m model.Model) error {
	for _, l := range a.lines {
		if err := m.AddPolicy("p", "p", l.columns()); err != nil {
			return err
		}
	}
	return nil
}

// SavePolicy refuses.
func (adapter) SavePolicy(model.Model) error { return ErrReadOnly }

// AddPolicy refuses.
func (adapter) AddPolicy(string, string, []string) error { return ErrReadOnly }

// RemovePolicy refuses.
func (adapter) RemovePolicy(string, string, []string) error { return ErrReadOnly }

// RemoveFilteredPolicy refuses.
func (adapter) RemoveFilteredPolicy(string, string, int, ...string) error { return ErrReadOnly }

// casbinByAct returns a Casbin for the lines of each act.
func casbinByAct(lines []Line) (map[string]*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(modelConf)
	if err != nil {
		return nil, err
	}
	byAct := make(map[string][]Line)
	for _, l := range lines {
		byAct[l.Act] = append(byAct[l.Act], l)
	}
	all := make(map[string]*casbin.Enforcer, len(byAct))
	for act, lines := range byAct {
		if all[act], err = newCasbin(m.Copy(), lines); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// newCasbin returns a Casbin of the lines. It is asked once, so that a model that does not
// compile is an error now and not a denial later.
func newCasbin(m model.Model, lines []Line) (*casbin.Enforcer, error) {
	c, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	c.AddFunction("coversRole", pure(coversWord))
	c.AddFunction("coversKind", pure(coversWord))
	c.AddFunction("coversRelation", pure(coversRelation))
	c.AddFunction("coversMode", pure(coversMode))
	c.SetAdapter(adapter{lines})
	if err := c.LoadPolicy(); err != nil {
		return nil, err
	}
	_, err = c.Enforce("", "", "", "", "")
	return c, err
}

// pure makes a function of two words callable from the matcher.
func pure(covers func(column, word string) bool) func(...any) (any, error) {
	return func(args ...any) (any, error) {
		column, _ := args[0].(string)
		word, _ := args[1].(string)
		return covers(column, word), nil
	}
}
