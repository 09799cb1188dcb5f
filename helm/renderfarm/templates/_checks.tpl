{{/* What the schema cannot say. */}}
{{- define "renderfarm.checks" -}}
{{- $url := urlParse .Values.s3.endpoint -}}
{{- if $url.userinfo }}
{{- fail "s3.endpoint must not hold a user: s3.secret names the Secret" }}
{{- end -}}
{{- if and .Values.broker.ingress.enabled (not .Values.broker.ingress.host) }}
{{- fail "broker.ingress.host is needed where broker.ingress.enabled" }}
{{- end -}}
{{- range $key, $given := .Values.pools -}}
{{- $pool := include "renderfarm.pool" (dict "root" $ "pool" $given) | fromYaml -}}
{{- $at := printf "pools.%s" $key -}}
{{- if and $pool.modelCache.image $pool.modelCache.claim }}
{{- fail (printf "%s.modelCache: set image or claim, not both" $at) }}
{{- end -}}
{{- if and (or $pool.modelCache.image $pool.modelCache.claim) (eq (len $pool.models) 0) }}
{{- fail (printf "%s.models must name the models that lie in its modelCache" $at) }}
{{- end -}}
{{- if and $pool.models (not $pool.modelCache.image) (not $pool.modelCache.claim) }}
{{- fail (printf "%s.models: where do they lie? Set modelCache.image or modelCache.claim" $at) }}
{{- end -}}
{{- if gt (int $pool.scaling.min) (int $pool.scaling.max) }}
{{- fail (printf "%s.scaling.min is more than its max" $at) }}
{{- end -}}
{{- if and $pool.spot (gt (int $pool.graceSeconds) 110) }}
{{- fail (printf "%s.graceSeconds: spot machines give 30 s to 2 min, not as much" $at) }}
{{- end -}}
{{- end -}}
{{- end -}}
