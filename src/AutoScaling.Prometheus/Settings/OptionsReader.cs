using Microsoft.Extensions.Configuration;

namespace AutoScaling.Prometheus.Settings;

/// <summary>Reads the options of one server from a section of the configuration, as strictly as policies.</summary>
internal static class OptionsReader
{
    /// <exception cref="ScalingException">Something is wrong; all of it is told.</exception>
    public static PrometheusOptions Read(IConfigurationSection section) =>
        ConfigurationSettings.Read(section, Table(section, new()));

    private static SettingsTable<PrometheusOptions> Table(IConfigurationSection section, PrometheusOptions options)
    {
        PrometheusOptions Set(Action set)
        {
            set();
            return options;
        }

        return SettingsTable.Of("a Prometheus server", options, "How a server is reached, and what it is asked for.")
            .Text("url", "Where the server is.", o => o.Url?.ToString(), (_, v) => Set(() => options.Url = Url(v)))
            .Text(
                "targetLabel", "The label that names the target, or a pattern of several.",
                o => o.TargetLabel, (_, v) => Set(() => options.TargetLabel = v))
            .Duration(
                "maxAnswerAge", "How old an answer may be to decide from it.",
                o => o.MaxAnswerAge, (_, v) => Set(() => options.MaxAnswerAge = v))
            .Duration("queryTimeout", "How long a query may take.", o => o.QueryTimeout, (_, v) => Set(() => options.QueryTimeout = v))
            .WholeNumber(
                "maxConcurrency", "How many queries are under way at once.",
                o => o.MaxConcurrency, (_, v) => Set(() => options.MaxConcurrency = v))
            .Flag("acceptPartial", "Whether answers count that have warnings.", o => o.AcceptPartial, (_, v) => Set(() => options.AcceptPartial = v))
            .Text("bearerToken", "The token.", o => o.BearerToken, (_, v) => Set(() => options.BearerToken = v), none: _ => Set(() => options.BearerToken = null))
            .Text(
                "bearerTokenFile", "The file that holds the token.",
                o => o.BearerTokenFile, (_, v) => Set(() => options.BearerTokenFile = v), none: _ => Set(() => options.BearerTokenFile = null))
            .Text(
                "username", "The user of basic authentication.",
                o => o.Username, (_, v) => Set(() => options.Username = v), none: _ => Set(() => options.Username = null))
            .Text(
                "password", "The password of basic authentication.",
                o => o.Password, (_, v) => Set(() => options.Password = v), none: _ => Set(() => options.Password = null))
            .Text(
                "passwordFile", "The file that holds the password.",
                o => o.PasswordFile, (_, v) => Set(() => options.PasswordFile = v), none: _ => Set(() => options.PasswordFile = null))
            .Text(
                "authorityFile", "The certificates by which that of the server is checked.",
                o => o.AuthorityFile, (_, v) => Set(() => options.AuthorityFile = v), none: _ => Set(() => options.AuthorityFile = null))
            .Text(
                "certificateFile", "The client's certificate.",
                o => o.CertificateFile, (_, v) => Set(() => options.CertificateFile = v), none: _ => Set(() => options.CertificateFile = null))
            .Text(
                "keyFile", "The key of the client's certificate.",
                o => o.KeyFile, (_, v) => Set(() => options.KeyFile = v), none: _ => Set(() => options.KeyFile = null))
            .Block("headers", "Headers of every request.", o => o, (o, _) => o, Texts(section.GetSection("Headers"), options, o => o.Headers))
            .Block("parameters", "Parameters of every request.", o => o, (o, _) => o, Texts(section.GetSection("Parameters"), options, o => o.Parameters))
            .Block("metrics", "The metrics by their names.", o => o, (o, _) => o, Metrics(section.GetSection("Metrics"), options));
    }

    private static SettingsTable<PrometheusOptions> Texts(
        IConfigurationSection section, PrometheusOptions options, Func<PrometheusOptions, IDictionary<string, string>> map)
    {
        var table = SettingsTable.Of("headers or parameters", options);
        foreach (var key in section.GetChildren().Select(child => child.Key))
        {
            table = table.Text(key, "A value.", _ => null, (o, v) =>
            {
                map(o)[key] = v;
                return o;
            });
        }

        return table;
    }

    // A metric is its expression, or a block of settings.
    private static SettingsTable<PrometheusOptions> Metrics(IConfigurationSection section, PrometheusOptions options)
    {
        var table = SettingsTable.Of("metrics", options);
        foreach (var child in section.GetChildren())
        {
            var key = child.Key;
            PrometheusOptions Put(PrometheusMetric metric)
            {
                options.Metrics[key] = metric;
                return options;
            }

            table = child.Value is null
                ? table.Block(key, "A metric.", _ => new PrometheusMetric { Query = "" }, (_, v) => Put(v), PrometheusMetric.Settings)
                : table.Text(key, "A metric's expression.", _ => null, (_, v) => Put(new() { Query = v }));
        }

        return table;
    }

    private static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : new(text, UriKind.Relative);
}
