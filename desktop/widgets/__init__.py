"""What is seen. Widgets signal what a person wants and show models; they decide nothing."""
