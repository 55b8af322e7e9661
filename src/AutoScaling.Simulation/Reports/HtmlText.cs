using System.Net;

namespace AutoScaling.Simulation.Reports;

/// <summary>Text within HTML.</summary>
internal static class HtmlText
{
    /// <summary>Names come from files and users, so whatever could be markup is escaped.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);
}
