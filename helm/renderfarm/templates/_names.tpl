{{/* The release's name, unless it says renderfarm already. */}}
{{- define "renderfarm.name" -}}
{{- if contains "renderfarm" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-renderfarm" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What pods are found by. Takes root, a component, and a pool if it has one. */}}
{{- define "renderfarm.selector" -}}
app.kubernetes.io/name: renderfarm
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- with .pool }}
renderfarm/pool: {{ . }}
{{- end }}
{{- end -}}

{{- define "renderfarm.labels" -}}
{{ include "renderfarm.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* One of our images. Takes (dict "root" $ "image" "broker"). */}}
{{- define "renderfarm.image" -}}
{{- $image := .root.Values.image -}}
{{- $tag := default .root.Chart.AppVersion $image.tag -}}
{{- printf "%s/%s:%s" (trimSuffix "/" $image.registry) .image $tag -}}
{{- end -}}

{{/* An image of others, from the mirror where there is one. */}}
{{- define "renderfarm.mirrored" -}}
{{- $mirror := .root.Values.image.mirror -}}
{{- if $mirror }}{{ trimSuffix "/" $mirror }}/{{ end }}{{ .image -}}
{{- end -}}

{{- define "renderfarm.rabbitmq" -}}
{{ include "renderfarm.name" . }}-rabbitmq
{{- end -}}

{{- define "renderfarm.redis" -}}
{{ include "renderfarm.name" . }}-redis
{{- end -}}
