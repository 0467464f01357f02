package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"innkeeper/internal/file"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// maxChunk is the largest piece of an upload: bodies are kept in memory.
const maxChunk = 8 << 20

// FileEntry is a file or folder.
type FileEntry struct {
	Name       string    `json:"name" example:"index.html"`
	Path       string    `json:"path" doc:"From the account's home." example:"/bluedoor.example/index.html"`
	Kind       string    `json:"kind" enum:"file,folder"`
	Size       int64     `json:"size" doc:"Bytes of a file." example:"512"`
	ModifiedAt time.Time `json:"modified_at"`
}

type listFilesInput struct {
	Page
	Path string `query:"path" default:"/" maxLength:"1024" doc:"The folder." example:"/bluedoor.example"`
}

type filesOutput struct {
	Body struct {
		Path       string      `json:"path" example:"/bluedoor.example"`
		Entries    []FileEntry `json:"entries" doc:"Folders first, each by name."`
		NextCursor *string     `json:"next_cursor"`
	}
}

type filePathInput struct {
	Path string `query:"path" required:"true" maxLength:"1024" doc:"The file." example:"/bluedoor.example/index.html"`
}

type writeFileInput struct {
	Path        string `query:"path" required:"true" maxLength:"1024" doc:"The file." example:"/bluedoor.example/index.html"`
	Upload      string `query:"upload" maxLength:"64" doc:"One's own id of an upload in pieces; left out: the body is the whole file."`
	Offset      int64  `query:"offset" minimum:"0" doc:"Where the piece belongs."`
	Complete    bool   `query:"complete" default:"true" doc:"Whether this is the last piece."`
	IfMatch     string `header:"If-Match" doc:"Only over the version with this ETag."`
	IfNoneMatch string `header:"If-None-Match" doc:"*: only when there is no such file."`
	RawBody     []byte `contentType:"application/octet-stream"`
}

// FileWritten is what has arrived of a file.
type FileWritten struct {
	Path string  `json:"path" example:"/bluedoor.example/index.html"`
	Size int64   `json:"size" doc:"Bytes that have arrived." example:"512"`
	ETag *string `json:"etag" doc:"null until the file is complete."`
}

type fileWrittenOutput struct {
	ETag string `header:"ETag"`
	Body FileWritten
}

type createFolderInput struct {
	Body struct {
		Path string `json:"path" maxLength:"1024" doc:"The folder to be." example:"/bluedoor.example/images"`
	}
}

type fileEntryOutput struct{ Body FileEntry }

type folderOutput struct {
	Body struct {
		Path string `json:"path" example:"/bluedoor.example/images"`
	}
}

type renameFileInput struct {
	Body struct {
		From string `json:"from" maxLength:"1024" doc:"What to rename or move." example:"/bluedoor.example/old.html"`
		To   string `json:"to" maxLength:"1024" doc:"Its new path." example:"/bluedoor.example/new.html"`
	}
}

type deleteFilesInput struct {
	Body struct {
		Paths []string `json:"paths" minItems:"1" maxItems:"200" doc:"What to delete; folders with all in them."`
	}
}

type deletedFilesOutput struct {
	Body struct {
		Deleted []string `json:"deleted"`
	}
}

type fileHandlers struct {
	registry *Registry
	files    *file.Service
}

func registerFiles(r *Registry, files *file.Service) {
	h := fileHandlers{registry: r, files: files}
	Register(r, Operation{
		ID: "listFiles", Method: http.MethodGet, Path: "/files", Tag: "Files", Summary: "List a folder",
		Description: "The files and folders in a folder of the account one is in. Another account's files are reached in a visit alone.",
		Permission:  "file:view", Class: rbac.ClassLook,
	}, func(*listFilesInput) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "readFile", Method: http.MethodGet, Path: "/files/content", Tag: "Files", Summary: "Read a file",
		Description: "The content, as an attachment. In a visit the reading is recorded before the first byte leaves.",
		Permission:  "file:view", Class: rbac.ClassLook, Activity: true, Audit: file.ActionRead,
	}, func(*filePathInput) Target { return Own() }, h.read)
	Register(r, Operation{
		ID: "writeFile", Method: http.MethodPut, Path: "/files/content", Tag: "Files", Summary: "Write a file",
		Description: "Writes a file, whole or in pieces of at most 8 MiB. Nobody sees anything of it until the last piece is there.",
		Permission:  "file:manage", Class: rbac.ClassChange, Activity: true, Audit: file.ActionWrite, MaxBody: maxChunk, EmptyBody: true,
		Errors: []int{http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge},
	}, func(*writeFileInput) Target { return Own() }, h.write)
	Register(r, Operation{
		ID: "createFolder", Method: http.MethodPost, Path: "/files/folder", Status: http.StatusCreated, Tag: "Files", Summary: "Create a folder",
		Description: "Creates a folder in one that is there.",
		Permission:  "file:manage", Class: rbac.ClassChange, Activity: true, Audit: file.ActionFolder, Errors: []int{http.StatusConflict},
	}, func(*createFolderInput) Target { return Own() }, h.folder)
	Register(r, Operation{
		ID: "renameFile", Method: http.MethodPost, Path: "/files/rename", Tag: "Files", Summary: "Rename or move",
		Description: "Gives a file or folder another path. What is there already is never replaced.",
		Permission:  "file:manage", Class: rbac.ClassChange, Activity: true, Audit: file.ActionRename, Errors: []int{http.StatusConflict},
	}, func(*renameFileInput) Target { return Own() }, h.rename)
	Register(r, Operation{
		ID: "deleteFiles", Method: http.MethodPost, Path: "/files/delete", Tag: "Files", Summary: "Delete files and folders",
		Description: "Deletes what is named, or nothing when something of it cannot be deleted.",
		Permission:  "file:manage", Class: rbac.ClassChange, Activity: true, Audit: file.ActionDelete, Errors: []int{http.StatusConflict},
	}, func(*deleteFilesInput) Target { return Own() }, h.delete)
}

func (h fileHandlers) list(ctx context.Context, by principal.Principal, in *listFilesInput) (*filesOutput, error) {
	var after file.Key
	if err := h.registry.cursor.Decode("files", in.Cursor, &after); err != nil {
		return nil, err
	}
	page, err := h.files.List(ctx, by, in.Path, after, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &filesOutput{}
	out.Body.Path, out.Body.Entries = string(page.Path), make([]FileEntry, len(page.Entries))
	for i, e := range page.Entries {
		out.Body.Entries[i] = fileEntryOf(e)
	}
	if page.Next != nil {
		out.Body.NextCursor, err = h.registry.cursor.Encode("files", page.Next)
	}
	return out, err
}

// read hands the file over as an attachment: a customer's page must never run as
// one of the panel's. It goes from the disk to the connection piece by piece.
func (h fileHandlers) read(ctx context.Context, by principal.Principal, in *filePathInput) (*huma.StreamResponse, error) {
	content, err := h.files.Read(ctx, by, in.Path)
	if err != nil {
		return nil, err
	}
	return handedOver(content.Path.Name(), content, content.Size, content.ETag), nil
}

func (h fileHandlers) write(ctx context.Context, by principal.Principal, in *writeFileInput) (*fileWrittenOutput, error) {
	written, err := h.files.Write(ctx, by, file.WriteInput{
		Path: in.Path, Upload: in.Upload, Offset: in.Offset, Complete: in.Complete, Body: in.RawBody, IfMatch: in.IfMatch, IfNoneMatch: in.IfNoneMatch,
	})
	if err != nil {
		return nil, err
	}
	return &fileWrittenOutput{ETag: written.ETag, Body: FileWritten{Path: string(written.Path), Size: written.Size, ETag: textOrNil(written.ETag)}}, nil
}

func (h fileHandlers) folder(ctx context.Context, by principal.Principal, in *createFolderInput) (*folderOutput, error) {
	path, err := h.files.CreateFolder(ctx, by, in.Body.Path)
	out := &folderOutput{}
	out.Body.Path = string(path)
	return out, err
}

func (h fileHandlers) rename(ctx context.Context, by principal.Principal, in *renameFileInput) (*fileEntryOutput, error) {
	e, err := h.files.Rename(ctx, by, in.Body.From, in.Body.To)
	return &fileEntryOutput{Body: fileEntryOf(e)}, err
}

func (h fileHandlers) delete(ctx context.Context, by principal.Principal, in *deleteFilesInput) (*deletedFilesOutput, error) {
	paths, err := h.files.Delete(ctx, by, in.Body.Paths)
	if err != nil {
		return nil, err
	}
	out := &deletedFilesOutput{}
	out.Body.Deleted = make([]string, len(paths))
	for i, p := range paths {
		out.Body.Deleted[i] = string(p)
	}
	return out, nil
}

func fileEntryOf(e file.Entry) FileEntry {
	return FileEntry{Name: e.Path.Name(), Path: string(e.Path), Kind: e.Kind(), Size: e.Size, ModifiedAt: e.ModifiedAt}
}
