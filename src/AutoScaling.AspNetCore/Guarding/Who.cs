using System.Globalization;
using System.Security.Claims;

namespace AutoScaling.AspNetCore.Guarding;

/// <summary>Who asks for something, as it is recorded.</summary>
internal static class Who
{
    private const int Longest = 200;

    public static string Of(ClaimsPrincipal user)
    {
        var name = user.Identity?.Name ?? user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value;
        if (string.IsNullOrWhiteSpace(name))
            return user.Identity?.IsAuthenticated == true ? "somebody without a name" : "somebody who did not sign in";

        // Names come from outside: what cannot be seen would spoil the sentences that they stand in.
        var seen = string.Concat(name.Where(c => c == ' ' || !IsInvisible(c)));
        return seen.Length <= Longest ? seen : seen[..Longest];
    }

    private static bool IsInvisible(char c) => char.IsControl(c) || char.IsSurrogate(c) || char.IsWhiteSpace(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
