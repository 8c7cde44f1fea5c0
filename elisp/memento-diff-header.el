;;; memento-diff-header.el --- What stands above the diff of a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Title, summary, where it comes from, the counts, and the keys that matter most.  It is text like any other, so that it
;; scrolls and can be copied, and is made anew whenever something in it changes.

;;; Code:

(require 'memento-diff-fold)

(defcustom memento-diff-summary-lines 8
  "How many lines of an assistant's summary are shown before TAB shows the rest."
  :group 'memento-diff
  :type 'natnum)

(defface memento-diff-title '((t :inherit bold))
  "Face of the title of a request."
  :group 'memento-diff)

(defface memento-diff-warning '((t :inherit warning :weight bold))
  "Face of what the person must know about a request."
  :group 'memento-diff)

;;;; Text

(defun memento--diff-width ()
  "Return how many columns there are for text, in the narrowest window."
  (let ((windows (get-buffer-window-list nil nil t)))
    (if windows (apply #'min (mapcar #'window-body-width windows)) 80)))

(defun memento--diff-wrap (text width)
  "Return the lines of TEXT, wrapped to WIDTH columns."
  (with-temp-buffer
    (insert (replace-regexp-in-string "[\r\t]" " " text))
    (let ((fill-column width)
          (fill-prefix nil)
          (sentence-end-double-space nil))
      (goto-char (point-min))
      (while (not (eobp))
        ;; Line by line: what the writer put on lines of its own, a list or code, stays so.
        (let ((end (copy-marker (line-end-position) t)))
          (when (> (progn (end-of-line) (current-column)) width)
            (forward-line 0)
            (let ((fill-prefix (and (looking-at "[ ]*\\(?:[-*•] \\|[0-9]+[.)] \\)?")
                                    (make-string (string-width (match-string 0)) ?\s))))
              (fill-region-as-paragraph (point) end)))
          (goto-char end)
          (forward-line 1))))
    (split-string (string-trim-right (buffer-string)) "\n")))

(defun memento--diff-plural (count noun)
  "Return COUNT with NOUN in its right form."
  (format "%d %s%s" count noun (if (= count 1) "" "s")))

;;;; Parts

(defun memento--diff-header-title (width)
  "Return the line with title, id and round for WIDTH columns."
  (let* ((request memento--diff-request)
         (round (or (plist-get request :round) 1))
         (right (concat (plist-get request :id) (and (> round 1) (format ", round %d" round))))
         (title (truncate-string-to-width (or (plist-get request :title) "") (max 10 (- width (string-width right) 3)) nil nil "…")))
    (concat (propertize title 'face 'memento-diff-title)
            (make-string (max 2 (- width (string-width title) (string-width right) 1)) ?\s)
            (propertize right 'face 'shadow) "\n")))

(defun memento--diff-header-summary (width)
  "Return the summary, wrapped to WIDTH columns."
  (when-let* ((summary (plist-get memento--diff-request :summary))
              (lines (and (not (string-blank-p summary)) (memento--diff-wrap summary (min 100 (1- width))))))
    (let ((more (- (length lines) memento-diff-summary-lines)))
      (concat (string-join (if (or memento--diff-summary-open (<= more 1))
                               lines
                             (seq-take lines memento-diff-summary-lines))
                           "\n")
              (when (and (> more 1) (not memento--diff-summary-open))
                (propertize (format "\n… %d more lines (TAB)" more) 'face 'shadow))
              "\n"))))

(defun memento--diff-header-source (width)
  "Return the line about the source of the diff, for WIDTH columns."
  (let* ((request memento--diff-request)
         (parts (delq nil
                      (list (if (plist-get request :own) "your own changes" (plist-get request :session))
                            (abbreviate-file-name (plist-get request :repository))
                            (plist-get request :branch)
                            (let ((scope (plist-get request :scope)))
                              (and scope (not (equal scope "HEAD")) scope))))))
    (concat (truncate-string-to-width (string-join parts (memento--diff-dot)) (1- width) nil nil "…") "\n")))

(defun memento--diff-dot ()
  "Return what stands between the parts of a line."
  (if (char-displayable-p ?·) " · " " | "))

(defun memento--diff-header-counts (width)
  "Return the line with the counts; two where WIDTH columns are too few for one."
  (pcase-let* ((`(,approved ,rejected ,undecided) (memento--diff-count))
               (request memento--diff-request)
               (hidden (if memento--diff-hide-kept (memento--diff-hidden-count) 0))
               (size (concat
                      (memento--diff-plural (length memento--diff-files) "file")
                      ", " (memento--diff-plural (length memento--diff-items) "hunk")
                      (format ", +%d -%d" (or (plist-get request :added) 0) (or (plist-get request :removed) 0))))
               (judged (string-join
                        (delq nil
                              (list (and (> approved 0) (propertize (format "%d approved" approved) 'face 'success))
                                    (and (> rejected 0) (propertize (format "%d rejected" rejected) 'face 'error))
                                    (and (> undecided 0) (format "%d undecided" undecided))
                                    (and memento--diff-comments
                                         (propertize (memento--diff-plural (length memento--diff-comments) "comment")
                                                     'face 'warning))))
                        ", "))
               (line (concat size (memento--diff-dot) judged)))
    (concat
     (if (< (string-width line) width) line (concat size "\n" judged))
     (and (> hidden 0)
          (format "\n%d unchanged since the last round %s hidden (= shows)" hidden (if (= hidden 1) "is" "are")))
     "\n")))

(defvar-local memento--diff-reviewer nil "What the module calls this Emacs as a reviewer.")

(defun memento--diff-mine-p ()
  "Return non-nil if this Emacs has the request."
  (and (eq (plist-get memento--diff-request :state) 'in-review)
       memento--diff-reviewer
       (equal memento--diff-reviewer (plist-get memento--diff-request :reviewer))))

(defun memento--diff-header-state (width)
  "Return what is to be known of the request's state, for WIDTH columns, or nil."
  (let* ((request memento--diff-request)
         (text (pcase (plist-get request :state)
                 ('superseded
                  (format "A new round has come: C-c C-n opens %s, with the marks that still hold."
                          (or (plist-get request :next) "it")))
                 ('decided (format "Decided: %s."
                                   (string-replace "-" " " (symbol-name (or (plist-get request :decision) 'decided)))))
                 ('abandoned "Abandoned: nobody waits for an answer any more.")
                 ('expired "Expired: nobody waits for an answer any more.")
                 ('waiting "Back in the queue: nobody has it. g takes it again.")
                 ('in-review
                  (and memento--diff-reviewer
                       (not (memento--diff-mine-p))
                       (format "Taken over by %s: what you mark here is refused. g takes it back." (plist-get request :reviewer)))))))
    (and text
         (propertize (concat (string-join (memento--diff-wrap text (1- width)) "\n") "\n")
                     'face 'memento-diff-warning))))

(defun memento--diff-header-keys (width)
  "Return the line with the keys, as many as fit in WIDTH columns."
  (let ((keys (if (memento--diff-open-p)
                  (list "a approve" "r reject" "c comment" "n/p hunk" "N/P file" "RET visit" "C-c C-c submit" "? more"
                        "u undo" "A/R whole file" "e ediff")
                (list "n/p hunk" "N/P file" "RET visit" "e ediff" "q leave" "? more")))
        ;; What one misses least comes first; how to submit and where to find the rest stays.
        (drop '("e ediff" "A/R whole file" "u undo" "N/P file" "RET visit" "n/p hunk" "c comment" "r reject"
                "a approve")))
    (while (and drop (>= (1+ (length (string-join keys "  "))) width))
      (setq keys (delete (pop drop) keys)))
    (concat (mapconcat (lambda (key)
                         (let ((blank (string-search " " key (if (string-prefix-p "C-c" key) 4 0))))
                           (concat (propertize (substring key 0 blank) 'face 'help-key-binding)
                                   (substring key blank))))
                       keys "  ")
            "\n")))

;;;; The whole

(defun memento--diff-header-text ()
  "Return the text above the diff."
  (let ((width (memento--diff-width)))
    (concat (memento--diff-header-title width)
            (memento--diff-header-summary width)
            (memento--diff-header-source width)
            (memento--diff-header-counts width)
            (memento--diff-header-state width)
            (memento--diff-header-keys width))))

(defun memento--diff-show-header ()
  "Make the header anew, if it is not as it should be.
Only what differs is replaced, so that point and windows stay at their text."
  (let* ((new (memento--diff-header-text))
         (old (buffer-substring (point-min) memento--diff-start)))
    (unless (equal-including-properties new old)
      (let* ((shorter (min (length new) (length old)))
             (same (memento--diff-same new old shorter))
             (tail (memento--diff-same-end new old (- shorter same))))
        (with-silent-modifications
          (save-excursion
            (goto-char (+ (point-min) same))
            (delete-region (point) (- memento--diff-start tail))
            (let ((at (point)))
              (insert (substring new same (- (length new) tail)))
              (when (= tail 0)
                (set-marker memento--diff-start (point)))
              (put-text-property at (point) 'fontified t))))))
    (force-mode-line-update)))

(defun memento--diff-same (a b limit)
  "Return how many characters at the start of A and B are the same, at most LIMIT."
  (let ((count 0))
    (while (and (< count limit) (eq (aref a count) (aref b count)))
      (setq count (1+ count)))
    count))

(defun memento--diff-same-end (a b limit)
  "Return how many characters at the end of A and B are the same, at most LIMIT."
  (let ((count 0))
    (while (and (< count limit)
                (eq (aref a (- (length a) count 1)) (aref b (- (length b) count 1))))
      (setq count (1+ count)))
    count))

(provide 'memento-diff-header)
;;; memento-diff-header.el ends here
