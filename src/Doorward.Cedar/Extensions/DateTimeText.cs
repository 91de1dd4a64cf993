namespace Doorward.Cedar;

/// <summary>The five forms of a Cedar datetime. Parsed here because they allow the year 0, which .NET does not.</summary>
internal static class DateTimeText
{
    private const int DateLength = 10;
    private const int TimeLength = 19;

    public static bool TryRead(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < DateLength || !TryReadDate(text[..DateLength], out var days)) return false;
        milliseconds = days * DateTimeValue.MillisecondsPerDay;
        if (text.Length == DateLength) return true;
        if (text.Length <= TimeLength || !TryReadTime(text[DateLength..TimeLength], out var seconds)) return false;
        var rest = text[TimeLength..];
        var fraction = 0;
        if (rest[0] == '.')
        {
            if (rest.Length < 5 || !TryReadNumber(rest[1..4], out fraction)) return false;
            rest = rest[4..];
        }
        if (!TryReadZone(rest, out var offset)) return false;
        milliseconds += (seconds - offset) * 1000L + fraction;
        return true;
    }

    public static string? Write(long milliseconds)
    {
        var days = Math.DivRem(milliseconds, DateTimeValue.MillisecondsPerDay, out var time);
        if (time < 0) (days, time) = (days - 1, time + DateTimeValue.MillisecondsPerDay);
        if (days < DaysBefore(0) || days >= DaysBefore(10_000)) return null;
        var year = (int)(1970 + days / 366);
        if (days < 0) year = (int)(1970 + days / 365 - 1);
        while (DaysBefore(year + 1) <= days) year++;
        var day = (int)(days - DaysBefore(year));
        var month = 1;
        while (day >= DaysInMonth(year, month)) day -= DaysInMonth(year, month++);
        return $"{year:D4}-{month:D2}-{day + 1:D2}T{time / 3_600_000:D2}:{time / 60_000 % 60:D2}:{time / 1000 % 60:D2}.{time % 1000:D3}Z";
    }

    private static bool TryReadDate(ReadOnlySpan<char> text, out long days)
    {
        days = 0;
        if (text[4] != '-' || text[7] != '-') return false;
        if (!TryReadNumber(text[..4], out var year) || !TryReadNumber(text[5..7], out var month)) return false;
        if (!TryReadNumber(text[8..], out var day)) return false;
        if (month is < 1 or > 12 || day < 1 || day > DaysInMonth(year, month)) return false;
        days = DaysBefore(year) + day - 1;
        for (var m = 1; m < month; m++) days += DaysInMonth(year, m);
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        if (text[0] != 'T' || text[3] != ':' || text[6] != ':') return false;
        if (!TryReadNumber(text[1..3], out var hour) || !TryReadNumber(text[4..6], out var minute)) return false;
        if (!TryReadNumber(text[7..], out var second)) return false;
        seconds = hour * 3600 + minute * 60 + second;
        return hour < 24 && minute < 60 && second < 60;
    }

    private static bool TryReadZone(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        if (text is "Z") return true;
        if (text.Length != 5 || text[0] is not ('+' or '-')) return false;
        if (!TryReadNumber(text[1..3], out var hour) || !TryReadNumber(text[3..], out var minute) || hour > 23 || minute > 59) return false;
        seconds = (hour * 3600 + minute * 60) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            number = number * 10 + (c - '0');
        }
        return true;
    }

    private static int DaysInMonth(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    // Days from 1970-01-01 to the first of January of a year from 0 on, in the proleptic Gregorian calendar.
    private static long DaysBefore(int year)
    {
        var past = year - 1;
        return 365L * (year - 1970) + FloorDivide(past, 4) - FloorDivide(past, 100) + FloorDivide(past, 400) - 477;
    }

    private static int FloorDivide(int a, int b) => a >= 0 ? a / b : -((-a + b - 1) / b);
}
