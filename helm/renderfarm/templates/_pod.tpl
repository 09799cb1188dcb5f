{{/* What every pod of ours is: Kubernetes' "restricted" level, and without the API. */}}
{{- define "renderfarm.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "renderfarm.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "renderfarm.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Where a pod goes. Takes a service's or a pool's values. */}}
{{- define "renderfarm.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Replicas are kept on different nodes where there are several. */}}
{{- define "renderfarm.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "renderfarm.selector" . | nindent 8 }}
{{- end -}}

{{/* The probes: a start that may take startSeconds, then a process that answers. */}}
{{- define "renderfarm.probes" -}}
ports:
  - name: http
    containerPort: 8080
  - name: metrics
    containerPort: 9464
startupProbe:
  httpGet: {path: /healthz/live, port: http}
  periodSeconds: 5
  failureThreshold: {{ div (add .startSeconds 4) 5 }}
readinessProbe:
  httpGet: {path: /healthz/ready, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
livenessProbe:
  httpGet: {path: /healthz/live, port: http}
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
{{- end -}}

{{/* Settings that are no secret come from the service's ConfigMap, the others from Secrets. */}}
{{- define "renderfarm.env" -}}
{{- $values := .root.Values -}}
envFrom:
  - configMapRef:
      name: {{ .config }}
env:
  - name: Bus__Url
    valueFrom:
      secretKeyRef:
        {{- if $values.rabbitmq.cluster.enabled }}
        name: {{ include "renderfarm.rabbitmq" .root }}-default-user
        key: connection_string
        {{- else }}
        name: {{ $values.rabbitmq.secret.name }}
        key: {{ $values.rabbitmq.secret.key }}
        {{- end }}
  - name: Storage__S3__AccessKey
    valueFrom:
      secretKeyRef: {name: {{ $values.s3.secret.name }}, key: {{ $values.s3.secret.accessKey }}}
  - name: Storage__S3__SecretKey
    valueFrom:
      secretKeyRef: {name: {{ $values.s3.secret.name }}, key: {{ $values.s3.secret.secretKey }}}
{{- end -}}

{{/* The files a pod of ours sees besides its image: a place to write, and certificates. */}}
{{- define "renderfarm.mounts" -}}
- name: scratch
  mountPath: /tmp
{{- if .Values.trust.configMap }}
- name: trust
  mountPath: /etc/renderfarm/trust
  readOnly: true
{{- end }}
{{- end -}}

{{- define "renderfarm.volumes" -}}
- name: scratch
  emptyDir:
    sizeLimit: {{ .scratch }}
{{- with .root.Values.trust.configMap }}
- name: trust
  configMap:
    name: {{ . }}
    items:
      - {key: {{ $.root.Values.trust.key }}, path: ca.crt}
{{- end }}
{{- end -}}
