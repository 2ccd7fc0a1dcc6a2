using System;
using System.Globalization;
using System.Security;
using System.Text;

namespace MetaKube.Evaluation.KubeFault;

/// <summary>A small chart as SVG: lines or bars over a grid, readable on light and dark pages.</summary>
internal sealed class Plot(string title, string xTitle, string yTitle, double xMost, double yMost)
{
    private const int Width = 640,
        Height = 360,
        Left = 60,
        Right = 20,
        Top = 40,
        Bottom = 60;

    private static readonly string[] Colours = ["#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed"];

    private readonly StringBuilder shapes = new(),
        legend = new();
    private int series;

    public Plot Line(string name, IEnumerable<(double X, double Y)> points, bool dashed = false)
    {
        var colour = Colours[series % Colours.Length];
        var dashes = dashed ? " stroke-dasharray=\"6 4\"" : "";
        var places = string.Join(' ', points.Select(point => $"{N(X(point.X))},{N(Y(point.Y))}"));
        shapes.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<polyline fill="none" stroke="{colour}" stroke-width="2"{dashes} points="{places}"/>"""
        );
        Name(name, colour);
        return this;
    }

    /// <summary>Bars with the ends of an interval as a whisker.</summary>
    public Plot Bars(string name, IReadOnlyList<(string Label, double Value, double Low, double High)> bars)
    {
        var colour = Colours[series % Colours.Length];
        var slot = (double)(Width - Left - Right) / bars.Count;
        for (var i = 0; i < bars.Count; i++)
        {
            var (label, value, low, high) = bars[i];
            var (x, middle) = (Left + slot * i + slot * 0.2, Left + slot * (i + 0.5));
            var (top, least, most) = (Y(Math.Max(value, 0)), Y(Math.Max(low, 0)), Y(Math.Max(high, 0)));
            var centre = N(middle);
            var (width, height) = (slot * 0.6, Math.Abs(Y(0) - top));
            shapes.AppendLine(
                CultureInfo.InvariantCulture,
                $"""
                <rect x="{N(x)}" y="{N(top)}" width="{N(width)}" height="{N(height)}" fill="{colour}"/>
                <line x1="{centre}" x2="{centre}" y1="{N(least)}" y2="{N(most)}" stroke="#6b7280" stroke-width="2"/>
                {Label(middle, label)}
                """
            );
        }
        Name(name, colour);
        return this;
    }

    public string ToSvg(bool numbersBelow = true)
    {
        var grid = new StringBuilder();
        for (var i = 0; i <= 5; i++)
        {
            var (y, x) = (yMost * i / 5, xMost * i / 5);
            var at = Y(y);
            grid.Append(
                    CultureInfo.InvariantCulture,
                    $"""<line x1="{Left}" x2="{Width - Right}" y1="{N(at)}" y2="{N(at)}" stroke="#9ca3af" """
                )
                .Append("""stroke-opacity="0.35"/>""")
                .AppendLine(
                    CultureInfo.InvariantCulture,
                    $"""<text x="{Left - 8}" y="{N(at + 4)}" text-anchor="end">{N(y)}</text>"""
                );
            if (numbersBelow)
                grid.AppendLine(Label(X(x), N(x)));
        }
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}"
            font-family="sans-serif" font-size="12" fill="#6b7280">
            <rect width="{Width}" height="{Height}" fill="#ffffff"/>
            <text x="{Left}" y="20" font-size="14" font-weight="bold">{SecurityElement.Escape(title)}</text>
            {grid}{shapes}{legend}
            <text x="{(Left + Width - Right) / 2}" y="{Height - 22}" text-anchor="middle">{SecurityElement.Escape(
                xTitle
            )}</text>
            <text transform="rotate(-90 16 {(Top + Height - Bottom) / 2})" x="16" y="{(Top + Height - Bottom)
                / 2}" text-anchor="middle">{SecurityElement.Escape(yTitle)}</text>
            </svg>
            """;
    }

    private void Name(string name, string colour)
    {
        var x = Left + series * 190;
        legend
            .Append(
                CultureInfo.InvariantCulture,
                $"""<rect x="{x}" y="{Height - 14}" width="12" height="4" fill="{colour}"/>"""
            )
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"""<text x="{x + 18}" y="{Height - 8}">{SecurityElement.Escape(name)}</text>"""
            );
        series++;
    }

    /// <summary>A text below the plot.</summary>
    private static string Label(double x, string text) =>
        $"""<text x="{N(x)}" y="{Height - Bottom + 18}" text-anchor="middle">{SecurityElement.Escape(text)}</text>""";

    private double X(double x) => Left + (Width - Left - Right) * x / xMost;

    private double Y(double y) => Height - Bottom - (Height - Top - Bottom) * y / yMost;

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
