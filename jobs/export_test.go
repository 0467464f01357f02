package jobs

// EmbeddedWindow bounds the tasks in the queue inside this process.
const EmbeddedWindow = embeddedWindow

// Queued returns how many jobs are in the worker's queue, begun or not.
func Queued(w *Worker) (int, error) {
	room, err := w.broker.room(jobQueue)
	return w.broker.window - room, err
}
