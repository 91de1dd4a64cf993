using System.CommandLine;
using System.Globalization;

namespace Doorward.Cli;

/// <summary>Bounds of numbers that people give, so that one beyond them is wrong usage, told in one line, and never another number.</summary>
internal static class WholeNumbers
{
    public static Option<T> Within<T>(this Option<T> option, long least, long most = long.MaxValue)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var given, ..] && !IsWithin(given.Value, least, most)) result.AddError(Expected(option.Name, least, most));
        });
        return option;
    }

    public static Argument<T> Within<T>(this Argument<T> argument, long least, long most = long.MaxValue)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var given, ..] && !IsWithin(given.Value, least, most)) result.AddError(Expected(argument.Name, least, most));
        });
        return argument;
    }

    private static bool IsWithin(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;

    private static string Expected(string name, long least, long most) => most == long.MaxValue
        ? $"{name} is a whole number, {least} or more"
        : $"{name} is a whole number from {least} to {most}";
}
