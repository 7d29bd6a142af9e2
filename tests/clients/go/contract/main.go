// What a client in Go does with a Videre server: contract ACTION TARGET [ARGUMENT...]
//
// VIDERE_TLS_CA names the file of the server's authority, VIDERE_API_KEY is the caller's key. What came
// back is printed in lines "NAME VALUE", messages in base64.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	viderev1 "videre.dev/gen/videre/v1"
)

func tell(name string, message proto.Message) {
	data, err := proto.Marshal(message)
	stop(err)
	fmt.Println(name, base64.StdEncoding.EncodeToString(data))
}

func stop(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tellRefusal prints what a server says when it refuses a call.
func tellRefusal(name string, err error) {
	refusal := status.Convert(err)
	fmt.Println(name+".code", int(refusal.Code()))
	for _, detail := range refusal.Details() {
		switch known := detail.(type) {
		case *errdetails.ErrorInfo:
			fmt.Println(name+".reason", known.Domain, known.Reason)
			for key, value := range known.Metadata {
				fmt.Println(name+".about", key, value)
			}
		case *errdetails.BadRequest:
			for _, violation := range known.FieldViolations {
				fmt.Println(name+".field", violation.Field, violation.Description)
			}
		case *errdetails.RetryInfo:
			fmt.Println(name+".retry_ms", known.RetryDelay.AsDuration().Milliseconds())
		}
	}
}

func main() {
	action, target := os.Args[1], os.Args[2]
	authority, key := os.Getenv("VIDERE_TLS_CA"), os.Getenv("VIDERE_API_KEY")
	channel, err := connect(target, authority, key)
	stop(err)
	defer channel.Close()
	jobs, media := viderev1.NewJobServiceClient(channel), viderev1.NewMediaServiceClient(channel)
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()

	switch action {
	case "upload":
		uploaded, resumed, err := upload(media, os.Args[3])
		stop(err)
		fmt.Println("resumed", resumed)
		tell("media", &viderev1.CompleteUploadResponse{Media: uploaded})
	case "submit":
		first, err := jobs.SubmitJob(ctx, request())
		stop(err)
		again, err := jobs.SubmitJob(ctx, request())
		stop(err)
		tell("first", first)
		tell("again", again)
		stop(pages(ctx, jobs, first.Job.JobId, func(page *viderev1.QueryJobResponse) { tell("page", page) }))
	case "refused":
		wrong := request()
		wrong.Priority, wrong.UserData = proto.Int32(10), strings.Repeat("x", 2049)
		_, err := jobs.SubmitJob(ctx, wrong)
		tellRefusal("invalid", err)
		other := request()
		other.UserData = "other"
		_, err = jobs.SubmitJob(ctx, other)
		tellRefusal("reused", err)
		more := request()
		more.ProjectId = os.Args[3]
		_, err = jobs.SubmitJob(ctx, more)
		tellRefusal("quota", err)
		stranger, err := connect(target, authority, "")
		stop(err)
		defer stranger.Close()
		_, err = viderev1.NewJobServiceClient(stranger).SubmitJob(ctx, request())
		tellRefusal("stranger", err)
	case "deadline":
		code, took := late(jobs, os.Args[3])
		fmt.Println("code", int(code))
		fmt.Println("ms", took.Milliseconds())
	case "cancel":
		for _, name := range []string{"cancelled", "again"} {
			reply, err := jobs.CancelJob(ctx, &viderev1.CancelJobRequest{JobId: os.Args[3]})
			stop(err)
			tell(name, reply)
		}
	case "watch":
		connections, err := watch(jobs, os.Args[3], func(reply *viderev1.WatchJobResponse) { tell("event", reply) })
		stop(err)
		fmt.Println("connections", connections)
	}
}
