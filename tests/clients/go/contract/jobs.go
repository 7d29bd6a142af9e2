package main

import (
	"context"
	"io"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	viderev1 "videre.dev/gen/videre/v1"
)

func request() *viderev1.SubmitJobRequest {
	text := "Who sells cocaine here?\nNobody does."
	return &viderev1.SubmitJobRequest{
		RequestId: "from-a-client",
		Inputs: []*viderev1.JobInput{{
			Name: "main", Source: &viderev1.JobInput_InlineText{InlineText: text},
		}},
		UserData: "字",
		Tags:     map[string]string{"from": "a client"},
		Priority: proto.Int32(0), // a zero that has a meaning: the most urgent
	}
}

// pages asks for an analysis line by line, once its job has ended.
func pages(ctx context.Context, jobs viderev1.JobServiceClient, job string, each func(*viderev1.QueryJobResponse)) error {
	query := &viderev1.QueryJobRequest{
		JobId: job, View: viderev1.AnalysisView_ANALYSIS_VIEW_FULL, PageSize: 1,
		Filter: &viderev1.AnalysisFilter{Kinds: []string{"text_lines"}},
		Wait:   durationpb.New(50 * time.Second),
	}
	for {
		page, err := jobs.QueryJob(ctx, query)
		if err != nil {
			return err
		}
		each(page)
		if page.NextPageToken == "" {
			return nil
		}
		query.PageToken = page.NextPageToken
	}
}

// watch tells every event of a job once, across lost connections, and returns how many it took.
func watch(jobs viderev1.JobServiceClient, job string, each func(*viderev1.WatchJobResponse)) (int, error) {
	var seq int64
	for connections := 1; ; connections++ {
		ask := &viderev1.WatchJobRequest{JobId: job, AfterSeq: seq}
		stream, err := jobs.WatchJob(context.Background(), ask)
		for err == nil {
			var reply *viderev1.WatchJobResponse
			if reply, err = stream.Recv(); err == nil {
				seq = reply.Event.Seq
				each(reply)
			}
		}
		if err == io.EOF {
			return connections, nil
		}
		if status.Code(err) != codes.Unavailable {
			return connections, err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// late asks for the end of a job that does not end, and returns what came of it, and after how long.
func late(jobs viderev1.JobServiceClient, job string) (codes.Code, time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := jobs.QueryJob(ctx, &viderev1.QueryJobRequest{JobId: job, Wait: durationpb.New(30 * time.Second)})
	return status.Code(err), time.Since(began)
}
