#!/usr/bin/env bash
# The peer: one ffmpeg run per rendition, in sequence, with the product's own settings.
# Usage: three-runs.sh <video> <directory>
set -euo pipefail
source=$1 directory=$2
cd "$directory"
rendition() { # name width height maxrate bufsize
  mkdir -p "hls/$1"
  ffmpeg -nostdin -hide_banner -loglevel error -y -i "$source" -map 0:v:0 -map '0:a:0?' \
    -vf "scale=$2:$3:flags=bicubic,format=yuv420p,setsar=1" \
    -c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate "$4" -bufsize "$5" \
    -force_key_frames 'expr:gte(t,n_forced*2)' -c:a aac -b:a 128k -ac 2 -flags +global_header -map_metadata -1 \
    -f tee "[f=mp4:movflags=+faststart]$1.mp4|[f=hls:hls_segment_type=fmp4:hls_playlist_type=event:hls_list_size=0:hls_time=6:hls_fmp4_init_filename=init.mp4:hls_segment_filename=hls/$1/%05d.m4s]hls/$1/index.m3u8"
}
rendition 1080p 1920 1080 5000000 10000000
rendition 720p 1280 720 2800000 5600000
rendition 480p 854 480 1400000 2800000
