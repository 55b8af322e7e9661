{{/* Names are fixed: the Lease and what is saved have these names, and two workers for the same targets would undo each other's work. */}}
{{- define "autoscaling.labels" -}}
app.kubernetes.io/name: autoscaling
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "autoscaling.selector" -}}
app.kubernetes.io/name: autoscaling
{{- end }}

{{- define "autoscaling.settings" -}}
{{- if .Values.clusterWide }}
Kubernetes__AllNamespaces: "true"
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* What ../manifests/rights/namespaced.yaml allows; there it says what each rule is for. */}}
{{- define "autoscaling.rules" -}}
- apiGroups: [apps]
  resources: [deployments, statefulsets]
  verbs: [list]
- apiGroups: [apps]
  resources: [deployments/scale, statefulsets/scale]
  verbs: [get, update]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [list]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [list]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- with .Values.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end }}
