package db

import "context"

// MostKept is how many statements a connection keeps.
const MostKept = mostKept

// Kept returns how many the connection that writes to SQLite keeps now.
func (d *DB) Kept(ctx context.Context) (n int, err error) {
	pool, err := d.write.DB()
	if err != nil {
		return 0, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return n, conn.Raw(func(c any) error {
		n = len(c.(*keepingConn).kept)
		return nil
	})
}
