{{/* Settings of every service, by their environment variables. */}}
{{- define "renderfarm.settings" -}}
# Metrics have a port of their own, which no Service and no Ingress leads to.
ASPNETCORE_HTTP_PORTS: "8080;9464"
Telemetry__MetricsPort: "9464"
Logging__Console__FormatterName: json
Storage__S3__Endpoint: {{ .Values.s3.endpoint | quote }}
{{- with .Values.s3.publicEndpoint }}
Storage__S3__PublicEndpoint: {{ . | quote }}
{{- end }}
Storage__S3__Bucket: {{ .Values.s3.bucket | quote }}
Storage__S3__Region: {{ .Values.s3.region | quote }}
{{- with .Values.telemetry.otlpEndpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
OTEL_EXPORTER_OTLP_PROTOCOL: {{ $.Values.telemetry.otlpProtocol | quote }}
{{- end }}
{{- if .Values.trust.configMap }}
SSL_CERT_FILE: /etc/renderfarm/trust/ca.crt
{{- end }}
{{- end -}}

{{/* A time span as .NET reads it. Takes seconds. */}}
{{- define "renderfarm.timeSpan" -}}
{{- $seconds := int . -}}
{{- printf "%02d:%02d:%02d" (div $seconds 3600) (div (mod $seconds 3600) 60) (mod $seconds 60) -}}
{{- end -}}

{{/* A service's ConfigMap. Takes root, component, own settings (the chart's), extra (the user's). */}}
{{- define "renderfarm.config" -}}
{{- $settings := include "renderfarm.settings" .root | fromYaml -}}
{{- $settings = mergeOverwrite $settings .own .extra -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}
  labels:
    {{- include "renderfarm.labels" . | nindent 4 }}
data:
  {{- range $name, $value := $settings }}
  {{ $name }}: {{ $value | toString | quote }}
  {{- end }}
{{- end -}}

{{/* A pool's values over the defaults, as YAML, with what follows from them. */}}
{{- define "renderfarm.pool" -}}
{{- $given := deepCopy (default dict .pool) -}}
{{- $pool := mustMergeOverwrite (deepCopy .root.Values.poolDefaults) $given -}}
{{- if kindIs "invalid" $pool.graceSeconds -}}
{{- $_ := set $pool "graceSeconds" (ternary 20 1800 $pool.spot) -}}
{{- end -}}
{{- toYaml $pool -}}
{{- end -}}
