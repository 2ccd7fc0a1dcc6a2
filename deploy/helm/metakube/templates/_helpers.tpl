{{- define "metakube.name" -}}
{{- if contains "metakube" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-metakube{{ end }}
{{- end }}

{{- define "metakube.account" -}}
{{- .Values.serviceAccount.name | default (include "metakube.name" .) }}
{{- end }}

{{- define "metakube.labels" -}}
app.kubernetes.io/name: metakube
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "metakube.selector" -}}
app.kubernetes.io/name: metakube
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "metakube.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* Read permissions for answers: no Secrets, no write verbs. */}}
{{- define "metakube.rules" -}}
- apiGroups: [""]
  resources: [pods, pods/log, events, services, endpoints, configmaps, persistentvolumeclaims, resourcequotas, limitranges, serviceaccounts]
  verbs: [get, list]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets]
  verbs: [get, list]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list]
- apiGroups: [networking.k8s.io]
  resources: [ingresses, networkpolicies]
  verbs: [get, list]
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [get, list]
{{- end }}

{{- /*
Permissions for changes after approval: an object is read before it is patched, and ReplicaSets hold the revisions.
Nothing is created or deleted.
*/}}
{{- define "metakube.changes" -}}
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, patch]
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, patch]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, patch]
- apiGroups: [""]
  resources: [services]
  verbs: [get, patch]
{{- end }}
