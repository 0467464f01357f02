package testkit

import (
	"reflect"
	"sync"
)

// templates keeps what a migration made, so that it runs once. A failure is kept too: every test then fails
// at once, with the same words.
type templates[T any] struct {
	mu   sync.Mutex
	made map[uintptr]func() (T, error)
}

// get returns what made returned for this migration the first time; others wait meanwhile.
func (t *templates[T]) get(migrate Migrate, made func() (T, error)) (T, error) {
	key := reflect.ValueOf(migrate).Pointer()
	t.mu.Lock()
	if t.made == nil {
		t.made = map[uintptr]func() (T, error){}
	}
	if t.made[key] == nil {
		t.made[key] = sync.OnceValues(made)
	}
	result := t.made[key]
	t.mu.Unlock()
	return result()
}
