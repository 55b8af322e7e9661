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

        var table = SettingsTable.Of("a Prometheus server", options, "How a server is reached, and what it is asked for.")
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
            .Flag(
                "acceptPartial", "Whether answers count that have warnings.",
                o => o.AcceptPartial, (_, v) => Set(() => options.AcceptPartial = v))
            .Block(
                "headers", "Headers of every request.",
                o => o, (o, _) => o, Texts(section.GetSection("Headers"), options, o => o.Headers))
            .Block(
                "parameters", "Parameters of every request.",
                o => o, (o, _) => o, Texts(section.GetSection("Parameters"), options, o => o.Parameters))
            .Block("metrics", "The metrics by their names.", o => o, (o, _) => o, Metrics(section.GetSection("Metrics"), options));
        return Credentials(table);
    }

    private static SettingsTable<PrometheusOptions> Credentials(SettingsTable<PrometheusOptions> table)
    {
        Add("bearerToken", "The token.", o => o.BearerToken, (o, v) => o.BearerToken = v);
        Add("bearerTokenFile", "The file that holds the token.", o => o.BearerTokenFile, (o, v) => o.BearerTokenFile = v);
        Add("username", "The user of basic authentication.", o => o.Username, (o, v) => o.Username = v);
        Add("password", "The password of basic authentication.", o => o.Password, (o, v) => o.Password = v);
        Add("passwordFile", "The file that holds the password.", o => o.PasswordFile, (o, v) => o.PasswordFile = v);
        Add(
            "authorityFile", "The certificates by which that of the server is checked.",
            o => o.AuthorityFile, (o, v) => o.AuthorityFile = v);
        Add("certificateFile", "The client's certificate.", o => o.CertificateFile, (o, v) => o.CertificateFile = v);
        Add("keyFile", "The key of the client's certificate.", o => o.KeyFile, (o, v) => o.KeyFile = v);
        return table;

        void Add(string key, string doc, Func<PrometheusOptions, string?> get, Action<PrometheusOptions, string?> set)
        {
            PrometheusOptions With(PrometheusOptions options, string? value)
            {
                set(options, value);
                return options;
            }

            table = table.Text(key, doc, get, With, none: o => With(o, null));
        }
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
