{{/* Peers as given, or every address but the link-local ones. */}}
{{- define "renderfarm.peers" -}}
{{- if .to -}}
{{- toYaml .to -}}
{{- else -}}
- ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}
- ipBlock: {cidr: "::/0", except: ["fe80::/10", "fd00:ec2::/32"]}
- namespaceSelector: {}
{{- end -}}
{{- end -}}

{{/* The port of a URL, or its scheme's. Takes url. */}}
{{- define "renderfarm.port" -}}
{{- $url := urlParse .url -}}
{{- $parts := splitList ":" $url.host -}}
{{- if gt (len $parts) 1 -}}
{{ last $parts }}
{{- else -}}
{{ ternary 443 80 (eq $url.scheme "https") }}
{{- end -}}
{{- end -}}

{{/* What each of our services may call: names, RabbitMQ, objects, telemetry where it is on. */}}
{{- define "renderfarm.egress" -}}
{{- $policy := .Values.networkPolicy -}}
- to:
    {{- toYaml $policy.dnsTo | nindent 4 }}
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- if .Values.rabbitmq.cluster.enabled }}
- to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/name: {{ include "renderfarm.rabbitmq" . }}
  ports:
    - {port: {{ ternary 5671 5672 (ne .Values.rabbitmq.cluster.tlsSecret "") }}, protocol: TCP}
{{- else }}
- to:
    {{- include "renderfarm.peers" (dict "to" $policy.rabbitmqTo) | nindent 4 }}
  ports:
    - {port: {{ .Values.rabbitmq.port }}, protocol: TCP}
{{- end }}
- to:
    {{- include "renderfarm.peers" (dict "to" $policy.s3To) | nindent 4 }}
  ports:
    - {port: {{ include "renderfarm.port" (dict "url" .Values.s3.endpoint) }}, protocol: TCP}
{{- with .Values.telemetry.otlpEndpoint }}
- to:
    {{- include "renderfarm.peers" (dict "to" $policy.otlpTo) | nindent 4 }}
  ports:
    - {port: {{ include "renderfarm.port" (dict "url" .) }}, protocol: TCP}
{{- end }}
{{- end -}}
