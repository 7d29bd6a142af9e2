package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	viderev1 "videre.dev/gen/videre/v1"
)

const pieceSize = 64 << 10 // at most 1 MiB

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// persist makes a call until the connection holds, and returns how often it was lost.
func persist(call func(context.Context) error) (int, error) {
	for lost := 0; ; lost++ {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		err := call(ctx)
		cancel()
		if status.Code(err) != codes.Unavailable {
			return lost, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// upload sends a file in pieces, each from where the server says that it is.
func upload(media viderev1.MediaServiceClient, path string) (*viderev1.Media, int, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	digest := sha256.Sum256(data)
	name := filepath.Base(path)
	opening := &viderev1.CreateUploadRequest{
		FileName: name, TotalSize: int64(len(data)), RequestId: "upload-" + hex.EncodeToString(digest[:8]),
	}
	var id string
	var at int64
	resumed, err := persist(func(ctx context.Context) error {
		reply, err := media.CreateUpload(ctx, opening)
		id, at = reply.GetUpload().GetUploadId(), reply.GetUpload().GetCommittedSize()
		return err
	})
	for err == nil && at < int64(len(data)) {
		end := at + pieceSize
		if end > int64(len(data)) {
			end = int64(len(data))
		}
		piece := data[at:end]
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		written, failed := media.WriteUpload(ctx, &viderev1.WriteUploadRequest{
			UploadId: id, Offset: at, Data: piece, Crc32C: crc32.Checksum(piece, castagnoli),
		})
		cancel()
		switch status.Code(failed) {
		case codes.OK:
			at = written.CommittedSize
		case codes.Unavailable: // nobody knows whether the piece arrived: ask
			resumed++
			_, err = persist(func(ctx context.Context) error {
				reply, err := media.GetUpload(ctx, &viderev1.GetUploadRequest{UploadId: id})
				at = reply.GetUpload().GetCommittedSize()
				return err
			})
		default:
			err = failed
		}
	}
	if err != nil {
		return nil, resumed, err
	}
	var whole *viderev1.CompleteUploadResponse
	lost, err := persist(func(ctx context.Context) error {
		var err error
		whole, err = media.CompleteUpload(ctx, &viderev1.CompleteUploadRequest{
			UploadId: id, Sha256: hex.EncodeToString(digest[:]), Title: name,
		})
		return err
	})
	return whole.GetMedia(), resumed + lost, err
}
